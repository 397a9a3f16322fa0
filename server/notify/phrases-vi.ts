import type { Phrases } from './phrases.ts'

export const vi: Phrases = {
  'silent-past-hold-down': ({ seconds }, { span }) => `không có tin gì trong hơn ${span(seconds)}`,
  'restart-took-too-long': ({ seconds }, { span }) =>
    `đã báo khởi động lại nhưng sau ${span(seconds)} vẫn chưa lên`,
  'battery-past-hold-down': ({ seconds }, { span }) =>
    `bộ lưu điện đã chạy pin hơn ${span(seconds)}, điện lưới chưa có lại`,
  'not-back-as-learned': ({ expectedAt }, { time }) =>
    `như mọi ngày thì đã có lại trước ${time(expectedAt)}, lần này thì chưa`,
  'planned-overran': ({ until }, { time }) =>
    `lịch ngừng đã báo chỉ đến ${time(until)}, quá giờ mà chưa có lại`,
  'missing-after-plan': ({ until }, { time }) =>
    `lịch ngừng đã báo chỉ đến ${time(until)}, nơi đó đã có lại nhưng thiết bị này thì chưa`,
  'still-missing': ({ incident }) => `vẫn chưa có lại dù sự cố ${incident} đã kết thúc`,

  'most-vanished': ({ devices, of }, { number }) =>
    `${number(devices)} trên ${number(of)} thiết bị của cả hệ thống mất tin gần như cùng lúc`,
  'centre-was-away': ({ from, to }, { time }) =>
    to === null
      ? `trung tâm không nhận được tin từ ${time(from)}`
      : `trung tâm không nhận được tin từ ${time(from)} đến ${time(to)}`,
  'isp-shared': ({ isp, sites, areas }, { number }) =>
    `${number(sites)} điểm ở ${number(areas)} địa bàn dùng nhà mạng ${isp} mất cùng lúc`,
  'island-link-shared': ({ area, sites }, spell) =>
    `${spell.number(sites)} điểm ở ${spell.area(area)} chung một đường truyền ra đảo mất cùng lúc`,
  'sites-lost-together': ({ area, sites, of }, spell) =>
    `${spell.number(sites)}/${spell.number(of)} điểm ở ${spell.area(area)} mất cùng lúc`,
  'cell-shared': ({ cell, devices, of }, { number }) =>
    `${number(devices)}/${number(of)} thiết bị dùng chung trạm di động ${cell} mất cùng lúc`,
  'whole-site-silent': ({ site, devices }, spell) =>
    `cả ${spell.site(site)} im lặng (${spell.number(devices)} thiết bị)`,
  'losses-can-meet': ({ devices }, { number }) =>
    `${number(devices)} thiết bị mất trong cùng một khoảng thời gian`,
  'joined-late': ({ devices }, { number }) => `${number(devices)} thiết bị mất sau đó ít phút`,
  'site-still-down': ({ site, devices }, spell) =>
    `${spell.number(devices)} thiết bị mất thêm trong lúc ${spell.site(site)} chưa có lại`,
  'battery-ran-down': ({ device, at }, spell) => `pin của ${spell.device(device)} cạn lúc ${spell.time(at)}`,
  'cell-ran-down': ({ cell, at }, { time }) => `trạm di động ${cell} hết pin lúc ${time(at)}`,
  'redundancy-lost': ({ isp, sites }, { number }) =>
    `${number(sites)} điểm có hai đường truyền chỉ còn một vì mất nhà mạng ${isp}`,

  'on-battery': ({ devices, at }, { number, time }) =>
    devices === 1
      ? `bộ lưu điện chạy pin lúc ${time(at)}`
      : `${number(devices)} bộ lưu điện chạy pin từ ${time(at)}`,
  'battery-backed-gone-too': ({ devices }, { number }) =>
    `${number(devices)} thiết bị có pin cũng mất cùng lúc, mà nếu mất điện thì chúng vẫn chạy được`,
  'speakers-alive': ({ devices }, { number }) =>
    `${number(devices)} cụm loa ở đó vẫn hoạt động bằng SIM riêng`,
  'speakers-gone-too': ({ devices }, { number }) =>
    `${number(devices)} cụm loa có SIM riêng cũng mất cùng lúc`,
  'other-isp-alive': ({ isp, sites }, { number }) =>
    `${number(sites)} điểm quanh đó dùng nhà mạng ${isp} vẫn hoạt động`,
  'line-drops-often': ({ times }, { number }) =>
    `đường truyền đã rớt ${number(times)} lần trong mấy ngày qua mà máy không tắt`,
  'several-isps-gone': ({ isps }, { number }) =>
    `đường truyền của ${number(isps)} nhà mạng mất cùng lúc, khó mà cùng đứt`,
  'neighbours-alive': ({ devices }, { number }) =>
    devices === 0
      ? 'không có gì khác mất cùng lúc'
      : `${number(devices)} thiết bị ngay bên cạnh vẫn hoạt động`,
  'no-witness': () => 'chưa có dấu hiệu nào cho biết nguyên nhân',

  'only-pcs': ({ devices }, { number }) => `chỉ mất ${number(devices)} máy tính, có thể người dùng đã tắt`,
  'some-always-on-answer': ({ devices }, { number }) =>
    `${number(devices)} thiết bị luôn bật ở đó vẫn trả lời`,
  'no-always-on-answers': () => 'không còn thiết bị luôn bật nào ở đó trả lời',
  'storm-mode': ({ storm, by }) =>
    by === 'warning'
      ? `đang có cảnh báo thiên tai ${storm}`
      : `nhiều sự cố dồn dập trong địa bàn, đang gộp tin (đợt ${storm})`,
  'speakers-unreachable': ({ area, lost, of }, spell) =>
    `${spell.number(lost)}/${spell.number(of)} cụm loa của ${spell.area(area)} không liên lạc được trong lúc có cảnh báo`,
  reopened: ({ times }, { number }) => `mất lần thứ ${number(times)} trong mấy ngày qua`,
  flapping: ({ times, days }, { number }) => `chập chờn: mất ${number(times)} lần trong ${number(days)} ngày`,

  'all-back': ({ devices }, { number }) =>
    devices === 1 ? 'thiết bị đã kết nối lại' : `cả ${number(devices)} thiết bị đã kết nối lại`,
  'most-back': ({ devices, of }, { number }) => `${number(devices)}/${number(of)} thiết bị đã kết nối lại`,
  'pcs-hold-nothing-open': ({ devices }, { number }) =>
    `${number(devices)} máy tính chưa bật lại, không tính vì người dùng có thể đã tắt`,

  'same-boot': ({ devices }, { number }) =>
    `${number(devices)} thiết bị vẫn chạy liên tục trong lúc mất tin, chỉ mất đường truyền`,
  'power-loss-together': ({ devices }, { number }) =>
    `${number(devices)} thiết bị mất điện cùng lúc, theo nhật ký của chính thiết bị`,
  'lone-new-boot': ({ device }, spell) => `riêng ${spell.device(device)} phải khởi động lại`,
  'goodbye-came-late': ({ devices }, { number }) =>
    `${number(devices)} thiết bị được tắt đúng cách, lời báo tắt đến muộn`,
}
